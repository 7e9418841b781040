# what = "Holds two names that are one where accents and syllables are composed."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "taken" }

import unicodedata

from tests.hostile.uploads import right, zipped


def build(folder, words):
    with zipped(folder) as archive:
        archive.writestr(unicodedata.normalize("NFC", "과제/u06_bench.py"), "x = 1")
        archive.writestr(unicodedata.normalize("NFD", "과제/u06_bench.py"), right(words))
    return archive.filename
