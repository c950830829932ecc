#ifndef CENTROID_CRENAME_H
#define CENTROID_CRENAME_H

/// rename(2) that fails with EEXIST where `to` is taken, in one step; EINVAL on file systems that have no such call.
/// Linux: renameat2(2) with RENAME_NOREPLACE, which Swift's view of the C library leaves out.
int crename_exclusively(const char *from, const char *to);

#endif
