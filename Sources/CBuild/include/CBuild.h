#ifndef CENTROID_CBUILD_H
#define CENTROID_CBUILD_H

/// The git commit that the manifest saw when this was built, with "+" behind it if the tree had changes; "unknown"
/// outside a checkout.
const char *centroid_build_commit(void);

#endif
