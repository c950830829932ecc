// 3 x 3 convolutions with a stride of 1 by Winograd's minimal filtering, F(4 x 4, 3 x 3): a quarter of the
// multiplications (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks", section 4).

#ifndef CDNNL_WINOGRAD_H
#define CDNNL_WINOGRAD_H

#include "CDNNL.h"

typedef struct cdnnl_winograd cdnnl_winograd;

/// Whether a convolution can be run this way, and is likely to gain from it on this processor.
int cdnnl_winograd_fits(const cdnnl_convolution *shape, cdnnl_epilogue epilogue, int32_t block);

/// Null when out of memory. Only for a convolution that fits. Without weights and bias they are 0 until loaded.
cdnnl_winograd *cdnnl_winograd_create(
    const cdnnl_convolution *shape, const float *weights, const float *bias, cdnnl_epilogue epilogue, int32_t block);
void cdnnl_winograd_destroy(cdnnl_winograd *winograd);

/// New weights, and a bias where it is not null. `adjoint`: the weights are those of the convolution whose backward
/// pass with respect to its input this one is. Not while another thread runs it.
void cdnnl_winograd_load(cdnnl_winograd *winograd, const float *weights, const float *bias, int adjoint);

size_t cdnnl_winograd_scratch_size(const cdnnl_winograd *winograd);
/// output = result + addend; `addend` may be null, or `output`.
void cdnnl_winograd_run(
    const cdnnl_winograd *winograd, const float *input, const float *addend, float *output, void *scratch);

/// The gradient of such a convolution with respect to its weights and bias, by the same tiles.
typedef struct cdnnl_winograd_gradient cdnnl_winograd_gradient;

/// Null when out of memory. Only for a convolution that fits.
cdnnl_winograd_gradient *cdnnl_winograd_gradient_create(const cdnnl_convolution *shape, int32_t block);
void cdnnl_winograd_gradient_destroy(cdnnl_winograd_gradient *gradient);

size_t cdnnl_winograd_gradient_scratch_size(const cdnnl_winograd_gradient *gradient);
/// Writes outputs x inputs x 3 x 3 values to `weights`, and one per output to `bias`.
void cdnnl_winograd_gradient_run(
    const cdnnl_winograd_gradient *gradient, const float *input, const float *output_gradient, float *weights,
    float *bias, void *scratch);

#endif
