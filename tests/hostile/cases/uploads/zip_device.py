# what = "Holds a device."
# built = true
# expect = "rejected"
# weak = { grader = "extracted", shows = "taken" }

import stat
import zipfile

from tests.hostile.uploads import right, zipped


def build(folder, words):
    with zipped(folder) as archive:
        archive.writestr("u06_bench.py", right(words))
        info = zipfile.ZipInfo("disk.py")
        info.external_attr = (stat.S_IFBLK | 0o666) << 16
        archive.writestr(info, "")
    return archive.filename
