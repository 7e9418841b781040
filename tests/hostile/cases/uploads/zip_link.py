# what = "Holds a link to a file of the host in place of the answer."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "leak" }

import stat
import zipfile

from tests.hostile.uploads import zipped


def build(folder, words):
    with zipped(folder) as archive:
        info = zipfile.ZipInfo("u06_bench.py")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, words["SECRET_FILE"])
    return archive.filename
