#include <cblas.h>
#include <lapacke.h>

/* lapack_int is a macro, which Swift does not import. */
typedef lapack_int clapack_int;

/* OpenBLAS exports this, the reference BLAS does not; a weak reference is null in that case. */
extern void openblas_set_num_threads(int threads) __attribute__((weak));

/* Keeps a threaded BLAS on the calling thread, so that results do not depend on the number of cores. */
static inline void clapack_use_one_thread(void) {
    if (openblas_set_num_threads) {
        openblas_set_num_threads(1);
    }
}
