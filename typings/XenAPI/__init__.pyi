from .XenAPI import Failure as Failure
from .XenAPI import Session as Session
from .XenAPI import UDSTransport as UDSTransport
