"""A Bot API on the loopback interface and a chat page: for people trying the bot, for tests and benchmarks.

Nothing here talks to Telegram or to any other machine. In order of dependence:

clock          a clock that can be moved
markup         HTML to text and entities, and which links survive
rules          what the Bot API allows, as one small table, and Telegram's words for no
telegram_like  chats, messages, buttons and waiting updates, as Telegram would keep them
faults         Telegram having a bad day, on purpose
server         all of it over HTTP, with the chat page in chat/: `async with StandIn(token=…) as stand_in`
"""
