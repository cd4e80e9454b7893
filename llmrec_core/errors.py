"""Errors a person can act on: each message is one sentence with the place and the remedy."""


class StudioError(Exception):
    """Anything the studio refuses or cannot do; the message is shown as it stands."""


class InputError(StudioError):
    """A file, a row or a value that cannot be used; names it and says what to change."""


class WrongUseError(InputError):
    """An argument that is not of the form it must have, whatever the data."""


class UnknownIdError(StudioError):
    """A user, an item or a study that is not there."""


class MissingArtefactError(StudioError):
    """Something that a build would make and that is not there yet."""


class DamagedArtefactError(StudioError):
    """A stored artefact whose bytes are not the ones that were written."""
