"""The planted faults themselves: `make planted` plants them; here it is only seen that they still can be."""

from tests.safety.planting import planted_faults
from tests.safety.requirements import ROOT, ids_in, requirements


def test_every_required_line_is_broken_once_on_purpose() -> None:
    planted = {fault.id for fault in planted_faults()}
    required = {one.id for one in requirements() if one.required}
    assert required - planted == set()
    assert len(required) == 53


def test_what_is_to_be_broken_is_still_there() -> None:
    """A fault that changes nothing would be noticed by nobody, and that would look like a weak test."""
    for fault in planted_faults():
        text = (ROOT / fault.file).read_text(encoding="utf-8")
        assert fault.old in text, (fault.id, fault.file, fault.old)
        assert fault.old != fault.new


def test_a_docstring_names_ids_only_at_its_beginning() -> None:
    assert ids_in("S3 S5: walk the screens") == ("S3", "S5")
    assert ids_in("T6, T8: both") == ("T6", "T8")
    assert ids_in("The S3 of the matter: none") == ()
    assert ids_in(None) == ()
