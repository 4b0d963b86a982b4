"""Everything a turn may know: read once, swapped as a whole, never changed in between."""

from bot.matching.directory import Directory
from bot.model.links import ListedPartner
from bot.model.messages import Messages
from bot.model.notes import Note
from bot.model.record import record
from bot.model.taxonomy import Taxonomy
from bot.understanding.lexicon import Lexicon
from bot.understanding.places import Gazetteer

PROFILE_MINUTES = 30  # idle, then the profile is forgotten
WIPE_HOURS = 48  # Telegram lets a bot delete messages up to this age
REPORT_DAYS = 400  # then a counted report is dropped
TIMERS = (15, 60, 24 * 60)  # minutes after the last message, to choose from


@record
class Knowledge:
    """What the bot knows about the world. `home` is the country a deployment serves first, if any.

    `lasting`: message numbers and timers outlive the process. `counting`: needs are counted.
    """

    taxonomy: Taxonomy
    lexicon: Lexicon
    gazetteer: Gazetteer
    directory: Directory
    messages: Messages
    notes: tuple[Note, ...] = ()
    partners: tuple[ListedPartner, ...] = ()
    home: str | None = None
    lasting: bool = False
    counting: bool = False
