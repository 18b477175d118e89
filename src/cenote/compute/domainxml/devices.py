"""The other devices of a guest: controllers, serial ports, channels, screen, pointer, balloon, entropy, panic."""

from enum import Enum

from cenote.compute.domainxml.engine import Attr, Element


class CharType(Enum):
    """What a serial port or a channel is connected to on the host."""

    PTY = "pty"
    UNIX = "unix"


class ChannelState(Enum):
    """Whether somebody in the guest has opened a channel."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"


class Controller(Element):
    """<controller>: a bus that devices sit on."""

    TAG = "controller"

    type = Attr("@type", str)
    index = Attr("@index", int)
    model = Attr("@model", str)


class Serial(Element):
    """<serial>: a serial port."""

    TAG = "serial"

    type = Attr("@type", CharType)
    log = Attr("log/@file", str)
    append = Attr("log/@append", str)
    target = Attr("target/@type", str)
    port = Attr("target/@port", int)


class Console(Element):
    """<console>: the port that openConsole finds."""

    TAG = "console"

    type = Attr("@type", CharType)
    target = Attr("target/@type", str)
    port = Attr("target/@port", int)


class Channel(Element):
    """<channel>: a named pipe between host and guest."""

    TAG = "channel"

    type = Attr("@type", CharType)
    target = Attr("target/@type", str)
    name = Attr("target/@name", str)
    state = Attr("target/@state", ChannelState)


class Graphics(Element):
    """<graphics>: how the screen is looked at."""

    TAG = "graphics"

    type = Attr("@type", str)
    listen = Attr("listen/@type", str)


class Video(Element):
    """<video>: the screen's adapter; ``memory`` in KiB."""

    TAG = "video"

    model = Attr("model/@type", str)
    memory = Attr("model/@vram", int)
    heads = Attr("model/@heads", int)


class Input(Element):
    """<input>: a pointer or a keyboard."""

    TAG = "input"

    type = Attr("@type", str)
    bus = Attr("@bus", str)


class Balloon(Element):
    """<memballoon>: takes memory from the guest and gives it back."""

    TAG = "memballoon"

    model = Attr("@model", str)


class Rng(Element):
    """<rng>: entropy of the host for the guest."""

    TAG = "rng"

    model = Attr("@model", str)
    backend = Attr("backend/@model", str)
    source = Attr("backend", str)


class Panic(Element):
    """<panic>: the port by which a guest says that it crashed."""

    TAG = "panic"

    model = Attr("@model", str)
