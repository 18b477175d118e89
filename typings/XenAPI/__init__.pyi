from .XenAPI import Failure as Failure, Session as Session, UDSTransport as UDSTransport
