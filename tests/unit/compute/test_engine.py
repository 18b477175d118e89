"""XML by declaration."""

from enum import Enum

import pytest

from cenote.compute.domainxml.engine import Attr, Children, Element, Flag, XmlError


class Colour(Enum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


class Wheel(Element):
    """A child."""

    TAG = "wheel"

    size = Attr("@size", int)


class Cart(Element):
    """A document."""

    TAG = "cart"

    colour = Attr("@colour", Colour)
    name = Attr("name", str)
    owner = Attr("papers/owner/@who", str)
    paid = Attr("papers/@paid", bool)
    covered = Flag("roof/cover")
    wheels = Children("axle/wheel", Wheel)
    load = Attr("load", int)


def wheel(size: int) -> Wheel:
    """A wheel."""
    made = Wheel()
    made.size = size
    return made


def test_children_stand_in_the_order_of_their_declaration() -> None:
    cart = Cart()
    cart.load, cart.wheels, cart.covered, cart.paid = 5, [wheel(1), wheel(2)], True, True
    cart.owner, cart.name, cart.colour = "me", "old & <grey>", Colour.RED
    assert cart.xml() == (
        '<cart colour="red">\n'
        "  <name>old &amp; &lt;grey&gt;</name>\n"
        '  <papers paid="yes">\n    <owner who="me" />\n  </papers>\n'
        "  <roof>\n    <cover />\n  </roof>\n"
        '  <axle>\n    <wheel size="1" />\n    <wheel size="2" />\n  </axle>\n'
        "  <load>5</load>\n"
        "</cart>\n"
    )


def test_a_document_reads_as_it_was_written() -> None:
    cart = Cart()
    cart.load, cart.wheels, cart.covered, cart.paid, cart.colour = 5, [wheel(1)], True, False, Colour.BLUE
    again = Cart.parse(cart.xml())
    assert (again.load, again.covered, again.paid, again.colour) == (5, True, False, Colour.BLUE)
    assert [one.size for one in again.wheels] == [1]


def test_what_is_not_there_is_none() -> None:
    cart = Cart.parse("<cart/>")
    assert (cart.colour, cart.name, cart.owner, cart.paid, cart.load) == (None, None, None, None, None)
    assert not cart.covered
    assert cart.wheels == []


def test_removing_leaves_nothing_empty_behind() -> None:
    cart = Cart()
    cart.owner, cart.paid, cart.covered, cart.name = "me", True, True, "x"
    cart.owner = None
    assert "<owner" not in cart.xml()
    assert cart.paid is True
    cart.paid, cart.covered, cart.name = None, False, None
    assert cart.xml() == "<cart />\n"
    cart.owner = None
    cart.covered = False
    assert cart.xml() == "<cart />\n"


def test_what_is_not_declared_stays() -> None:
    cart = Cart.parse('<cart weight="9"><papers><seal/></papers><dog/></cart>')
    cart.owner, cart.load, cart.name = "me", 1, "first"
    cart.owner = None
    text = cart.xml()
    assert 'weight="9"' in text
    assert "<seal />" in text
    assert text.index("<name>") < text.index("<papers>") < text.index("<dog />")


def test_characters_that_xml_can_not_carry_are_left_out() -> None:
    cart = Cart()
    cart.name = "a\x00b\ud800c\x1fd"
    assert Cart.parse(cart.xml()).name == "abcd"


@pytest.mark.parametrize("text", ["", "<cart", "<dog/>", "text"])
def test_what_is_no_such_document_is_refused(text: str) -> None:
    with pytest.raises(XmlError):
        Cart.parse(text)


@pytest.mark.parametrize(
    ("text", "name"), [('<cart colour="green"/>', "colour"), ("<cart><load>x</load></cart>", "load")]
)
def test_a_value_of_another_type_is_refused(text: str, name: str) -> None:
    with pytest.raises(XmlError):
        getattr(Cart.parse(text), name)


def test_a_bool_is_yes_or_no() -> None:
    with pytest.raises(XmlError):
        assert Cart.parse('<cart><papers paid="maybe"/></cart>').paid
    assert Cart.parse('<cart><papers paid="on"/></cart>').paid is True
