"""Marigold: a message in, three places out. The map, from the outside in; each part knows only what stands below.

cli              the commands: run, chat, ask, directory (one file each), serve-directory, share, telegram, reports,
                 counts
wiring           the only file that knows all parts
upkeep           what volunteers do: round, changes, adding, form, coverage, links, counts
exchange         the directory as spreadsheets and as HSDS 3.0, out and in; served as an HSDS API; for search engines
sharing          what leaves the chat on paper or for other pages: a page to mail, QR codes, posters, cards, an embed
messenger        all the Telegram there is: transport, webhook, order, patience, answering, wiping, figures, quiet logs
sandbox          a stand-in for the Bot API on loopback and a chat page, for trying and for tests
storage          what is kept about a chat, and how it is forgotten, on a disk that may fail; problem reports; counts
                 with noise in them
directory_files  resources/ -> model: all the YAML there is, and what is wrong with it, line by line
settings         the BOT_… variables
conversation     one turn of talk, pure: turn, screens, cards, danger, notes, custody, buttons, deep_links, bits, speak
understanding    words -> what a person may need: words, languages, meaning, growing, forest, lexicon, phrases,
                 spelling, negation, together, recognise, microscope, places
matching         profile + directory -> ranked matches with reasons: admission, area, opening, freshness, shelf, reach,
                 rank, find, explain
model            the nouns, in the terms of Open Referral HSDS

Start with conversation/turn.py, then tests/stories/.
"""
