"""How things are said in one language and one country: sentences, hours, times of day, days. Pure.

Hours are kept in the notation of OpenStreetMap. What is more than days and times stays as it is written: a
volunteer can still read it, and nothing is lost.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_day_names
from babel.lists import format_list

from bot.directory_files.scripts import Scripts
from bot.matching.opening import ALWAYS
from bot.model.record import record

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
WHOLE_WEEK = "Mo-Su"
DAY_SPAN = rf"(?:{'|'.join(DAYS)})(?:-(?:{'|'.join(DAYS)}))?"
TIME_SPAN = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
RULE = re.compile(
    rf"(?:(?P<days>{DAY_SPAN}(?:,\s*{DAY_SPAN})*)\s+)?(?P<times>{TIME_SPAN}(?:,\s*{TIME_SPAN})*)"
)


@record
class Voice:
    """A language, and the country whose clock and calendar are used."""

    scripts: Scripts
    language: str
    country: str

    def say(self, key: str, /, **values: str) -> str:
        """The words for `key`, filled in."""
        return self.scripts.say(self.language, key, **values)

    def hours(self, written: str) -> str:
        """'Monday to Friday, 9:00 AM to 5:00 PM' for 'Mo-Fr 09:00-17:00'."""
        if written == ALWAYS:
            return self.say("hours.always")
        rules = [RULE.fullmatch(rule.strip()) for rule in written.split(";")]
        said = [self._rule(rule) for rule in rules if rule]
        return "; ".join(said) if len(said) == len(rules) else written

    def window(self, opens: time, closes: time) -> str:
        """'9:00 AM to 5:00 PM'."""
        return self.say("hours.times", opens=self.clock(opens), closes=self.clock(closes))

    def moment(self, there: Sequence[datetime]) -> str:
        """'Tuesday, 12:05 PM'; from the earliest to the latest where a place spans time zones."""
        first, last = there[0], there[-1]
        if first.date() != last.date():
            return " / ".join(self.moment([one]) for one in (first, last))
        is_one = (first.hour, first.minute) == (last.hour, last.minute)
        clock = self.clock(first.time()) if is_one else self.window(first.time(), last.time())
        return self.say("hours.moment", day=self._day_names[first.weekday()], time=clock)

    def clock(self, moment: time) -> str:
        """A time of day as it is written there: '9:00 AM', '9 h', '9h30'."""
        pattern = self.say("hours.clock" if moment.minute else "hours.full_hour")
        return format_time(moment, pattern, locale=self._locale).replace("\u202f", " ")

    def day(self, day: date) -> str:
        """'November 24, 2026'."""
        return format_date(day, "long", locale=self._locale)

    def all_of(self, things: Iterable[str]) -> str:
        """'a, b and c'."""
        return format_list(list(things), locale=self._locale)

    def language_names(self, codes: Iterable[str]) -> str:
        """'English and Spanish'."""
        known = self._locale.languages
        return self.all_of(known.get(code.replace("-", "_"), code) for code in codes)

    def _rule(self, rule: re.Match[str]) -> str:
        times = self.all_of(self.window(*_ends(span)) for span in _parts(rule["times"]))
        return self.say("hours.line", days=self._days(rule["days"] or WHOLE_WEEK), times=times)

    def _days(self, written: str) -> str:
        if written == WHOLE_WEEK:
            return self.say("hours.every_day")
        return self.all_of(self._some_days(part) for part in _parts(written))

    def _some_days(self, written: str) -> str:
        """'Monday to Friday' for Mo-Fr."""
        names = [self._day_names[DAYS.index(day)] for day in written.split("-")]
        return self.say("hours.days", first=names[0], last=names[1]) if len(names) == 2 else names[0]

    @property
    def _day_names(self) -> Sequence[str]:
        names = get_day_names("wide", locale=self._locale)
        return [names[at] for at in range(7)]

    @property
    def _locale(self) -> Locale:
        """The country's own habits, or the language's where the two are not known together."""
        try:
            return Locale.parse(f"{self.language}_{self.country}")
        except (UnknownLocaleError, ValueError):
            return Locale.parse(self.language)


def _parts(written: str) -> Iterator[str]:
    return (part.strip() for part in written.split(","))


def _ends(span: str) -> tuple[time, time]:
    opens, closes = (_time(written) for written in span.split("-"))
    return opens, closes


def _time(written: str) -> time:
    """24:00 is midnight; 26:00, as in 20:00-26:00, is two in the morning."""
    hour, minute = written.split(":")
    return time(int(hour) % 24, int(minute) % 60)
