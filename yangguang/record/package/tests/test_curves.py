"""The package's own ECDSA and RSA say what a library says, and no to everything near it."""

import random

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from yangguang.record.package import verify


def test_ecdsa_on_p256_as_a_library_makes_it():
    rng = random.Random(7)
    for number in range(12):
        private = ec.generate_private_key(ec.SECP256R1())
        at = private.public_key().public_numbers()
        message = rng.randbytes(number * 13)
        good = private.sign(message, ec.ECDSA(hashes.SHA256()))
        assert verify.es256(at.x, at.y, message, good)
        assert not verify.es256(at.x, at.y, message + b"\0", good)
        assert not verify.es256(at.x, verify.Q - at.y, message, good)
        assert not verify.es256(at.x, at.y ^ 1, message, good)  # no point of the curve
        r, s = utils.decode_dss_signature(good)
        assert verify.es256(at.x, at.y, message, utils.encode_dss_signature(r, verify.N - s))  # both are valid ECDSA
        for bad in ((0, s), (r, 0), (r, s + verify.N), (r + verify.N, s), (s, r)):
            assert not verify.es256(at.x, at.y, message, utils.encode_dss_signature(*bad)), bad
        for bad in (good[:-1], good + b"\0", b"", b"\x30\x00", b"\x31" + good[1:], good[:3] + b"\x00" + good[4:]):
            assert not verify.es256(at.x, at.y, message, bad)
        place = rng.randrange(len(good))
        assert not verify.es256(at.x, at.y, message, good[:place] + bytes([good[place] ^ 4]) + good[place + 1 :])


def test_rsa_as_a_library_makes_it():
    private = rsa.generate_private_key(65537, 2048)
    at = private.public_key().public_numbers()
    message = b"what was signed"
    good = private.sign(message, padding.PKCS1v15(), hashes.SHA256())
    assert verify.rs256(at.n, at.e, message, good)
    assert not verify.rs256(at.n, at.e, message + b".", good)
    assert not verify.rs256(at.n, at.e, message, good[:-1]) and not verify.rs256(at.n, at.e, message, b"\0" + good)
    assert not verify.rs256(at.n, at.e, message, private.sign(message, padding.PKCS1v15(), hashes.SHA1()))
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.MAX_LENGTH)
    assert not verify.rs256(at.n, at.e, message, private.sign(message, pss, hashes.SHA256()))
    assert not verify.rs256(at.n, 1, message, good)
    whole = int.from_bytes(good, "big") + at.n
    assert not verify.rs256(at.n, at.e, message, whole.to_bytes(257, "big")[-256:])
    assert not verify.rs256(3 * 5, 3, message, b"\1")
