"""What leaves the chat on paper or on other people's pages: a page to mail, QR codes, posters, cards, an embed."""
