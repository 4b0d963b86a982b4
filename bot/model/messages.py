"""Every sentence the bot says, by language and key. Wording is content; code holds keys."""

import re
from collections.abc import Mapping
from dataclasses import field

from bot.model.record import record

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

FIRST = ("en", "es", "fr")
Template = str | Mapping[str, str]  # a sentence, or one for each CLDR plural category


@record
class Messages:
    """Languages without a key fall back to English: a sentence in another language beats none."""

    by_language: Mapping[str, Mapping[str, Template]]
    # language -> (strings a native reader has signed, all strings)
    signed: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages the bot can speak: the three the directory is written in first."""
        return tuple(sorted(self.by_language, key=lambda code: (code not in FIRST, code)))

    def template(self, language: str, key: str) -> Template:
        """The sentence for `key`. Raises KeyError for a key that English lacks: a fault of the program."""
        return self.by_language.get(language, {}).get(key) or self.by_language["en"][key]


def forms_of(template: Template) -> tuple[str, ...]:
    """Each way a sentence can be said: one, or one for each plural form."""
    return (template,) if isinstance(template, str) else tuple(template.values())


def placeholders_of(template: Template) -> set[str]:
    """The names in braces a sentence uses."""
    return {name for text in forms_of(template) for name in PLACEHOLDER.findall(text)}
