"""主体、人员、事项、相对人, each row one version of a thing; and the accounts that act for them.

A fact about a case points at the version that was in force when it happened, so an old file always shows the officer,
the power and the party as they were.  `key` names the thing itself across its versions.
"""

from .accounts import Account, AccountChange, Accounts, Role, RoleGrant
from .base import Entity
from .bodies import Body, Counsel, Entrustment, EntrustmentEnd, LeadingGroup, Region, Succession, Unit
from .matters import Device, DeviceReview, Party, PartyMerge, Power, Premises
from .people import (
    Certificate,
    CertificateChange,
    CertificateCheck,
    Exam,
    Officer,
    Qualification,
    Recusal,
    Signed,
)
from .public import PublicBody, PublicDevice, PublicEntrustment, PublicOfficer, PublicPower, PublicSuccession
from .tables import ImportStep, RegisterExport, RegisterImport

__all__ = [
    "Account",
    "AccountChange",
    "Accounts",
    "Body",
    "Certificate",
    "CertificateChange",
    "CertificateCheck",
    "Counsel",
    "Device",
    "DeviceReview",
    "Entity",
    "Entrustment",
    "EntrustmentEnd",
    "Exam",
    "ImportStep",
    "LeadingGroup",
    "Officer",
    "Party",
    "PartyMerge",
    "Power",
    "Premises",
    "PublicBody",
    "PublicDevice",
    "PublicEntrustment",
    "PublicOfficer",
    "PublicPower",
    "PublicSuccession",
    "Qualification",
    "Recusal",
    "Region",
    "RegisterExport",
    "RegisterImport",
    "Role",
    "RoleGrant",
    "Signed",
    "Succession",
    "Unit",
]
