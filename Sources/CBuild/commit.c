#include "CBuild.h"

const char *centroid_build_commit(void) {
    return CENTROID_COMMIT;
}
