// 3 x 3 convolutions with a stride of 1 by Winograd's minimal filtering, F(4 x 4, 3 x 3): a quarter of the
// multiplications (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks", section 4).

#ifndef CDNNL_WINOGRAD_H
#define CDNNL_WINOGRAD_H

#include "CDNNL.h"

typedef struct cdnnl_winograd cdnnl_winograd;

/// Whether a convolution can be run this way, and is likely to gain from it on this processor.
int cdnnl_winograd_fits(const cdnnl_convolution *shape, cdnnl_epilogue epilogue, int32_t block);

/// Null when out of memory. Only for a convolution that fits.
cdnnl_winograd *cdnnl_winograd_create(
    const cdnnl_convolution *shape, const float *weights, const float *bias, cdnnl_epilogue epilogue, int32_t block);
void cdnnl_winograd_destroy(cdnnl_winograd *winograd);

size_t cdnnl_winograd_scratch_size(const cdnnl_winograd *winograd);
void cdnnl_winograd_run(const cdnnl_winograd *winograd, const float *input, float *output, void *scratch);

#endif
