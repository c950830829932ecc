// A thin C layer between Centroid and oneDNN (2.x or 3.x), and the element-wise kernels that stand beside it.
//
// Activations are single precision in a blocked layout of B channels:
//     offset(n, c, h, w) = ((n * ceil(C / B) + c / B) * H * W + h * W + w) * B + c % B
// so B = 1 is nchw, B = C is nhwc and B = 8 or 16 are oneDNN's nChw8c and nChw16c. Where B does not divide C, the
// channels that fill the last block are zero, before and after every function here.
//
// Functions that may fail return 0, or a code other than 0 with a text in `message`, which holds
// CDNNL_MESSAGE_CAPACITY characters. Nothing here keeps a pointer that it was given.

#ifndef CDNNL_H
#define CDNNL_H

#include <stddef.h>
#include <stdint.h>

#define CDNNL_MESSAGE_CAPACITY 160

/// A batch of activations: its shape and the channels in one block of its layout.
typedef struct {
    int32_t images;
    int32_t channels;
    int32_t height;
    int32_t width;
    int32_t block;
} cdnnl_tensor;

// MARK: - oneDNN

/// A compiled operation with its weights in the layout that it wants. Immutable: threads may run it at the same time.
typedef struct cdnnl_primitive cdnnl_primitive;

/// What one thread needs to run primitives.
typedef struct cdnnl_stream cdnnl_stream;

typedef enum {
    CDNNL_FUNCTION_NONE = 0,
    /// x for x > 0, alpha * x otherwise.
    CDNNL_FUNCTION_RELU,
    /// min(max(x, alpha), beta).
    CDNNL_FUNCTION_CLIP,
    CDNNL_FUNCTION_LOGISTIC,
    CDNNL_FUNCTION_TANH,
    /// x * logistic(x).
    CDNNL_FUNCTION_SWISH,
    /// x * clip(x / 6 + 1 / 2, 0, 1).
    CDNNL_FUNCTION_HARDSWISH,
    /// clip(alpha * x + beta, 0, 1).
    CDNNL_FUNCTION_HARDSIGMOID,
    CDNNL_FUNCTION_GELU_ERF,
    CDNNL_FUNCTION_GELU_TANH,
} cdnnl_function;

/// What is done to an operation's result before it is written.
typedef struct {
    /// Not 0: the result is added to what the output buffer holds.
    int32_t accumulate;
    /// Applied last.
    cdnnl_function function;
    float alpha;
    float beta;
} cdnnl_epilogue;

/// How a window moves over height and width; a dilation of 1 is a dense kernel.
typedef struct {
    int32_t kernel_height, kernel_width;
    int32_t stride_height, stride_width;
    int32_t dilation_height, dilation_width;
    int32_t top, left, bottom, right;
} cdnnl_window;

typedef struct {
    int32_t images;
    int32_t input_channels, input_height, input_width;
    int32_t output_channels, output_height, output_width;
    int32_t groups;
    cdnnl_window window;
} cdnnl_convolution;

typedef enum {
    CDNNL_POOL_MAXIMUM = 0,
    /// Padding counts in the divisor.
    CDNNL_POOL_AVERAGE_WITH_PADDING,
    CDNNL_POOL_AVERAGE_WITHOUT_PADDING,
} cdnnl_pool_kind;

/// Limits oneDNN to the calling thread, for primitives made or run by that thread from now on.
void cdnnl_use_calling_thread_only(void);

/// The version of the oneDNN library that is loaded, as major.minor.patch.
void cdnnl_version(char text[CDNNL_MESSAGE_CAPACITY]);

/// `weights`: output_channels x (input_channels / groups) x kernel, row-major; `bias`: one per output channel.
/// The primitive chooses the blocks of its input and output.
int32_t cdnnl_convolution_create(
    cdnnl_primitive **primitive, const cdnnl_convolution *shape, const float *weights, const float *bias,
    cdnnl_epilogue epilogue, char message[CDNNL_MESSAGE_CAPACITY]);

/// `weights`: outputs x inputs, row-major. Input and output have blocks of 1.
int32_t cdnnl_linear_create(
    cdnnl_primitive **primitive, int32_t images, int32_t inputs, int32_t outputs, const float *weights,
    const float *bias, cdnnl_epilogue epilogue, char message[CDNNL_MESSAGE_CAPACITY]);

/// Keeps the block of its input.
int32_t cdnnl_pool_create(
    cdnnl_primitive **primitive, cdnnl_pool_kind kind, cdnnl_tensor input, int32_t output_height,
    int32_t output_width, cdnnl_window window, char message[CDNNL_MESSAGE_CAPACITY]);

/// A function of each value; input and output may be the same buffer.
int32_t cdnnl_function_create(
    cdnnl_primitive **primitive, cdnnl_tensor tensor, cdnnl_epilogue epilogue,
    char message[CDNNL_MESSAGE_CAPACITY]);

int32_t cdnnl_primitive_input_block(const cdnnl_primitive *primitive);
int32_t cdnnl_primitive_output_block(const cdnnl_primitive *primitive);
/// Bytes of working memory that a run needs.
size_t cdnnl_primitive_scratch_size(const cdnnl_primitive *primitive);
void cdnnl_primitive_destroy(cdnnl_primitive *primitive);

int32_t cdnnl_stream_create(cdnnl_stream **stream, char message[CDNNL_MESSAGE_CAPACITY]);
void cdnnl_stream_destroy(cdnnl_stream *stream);

/// Returns when `output` is written. Buffers are aligned to 64 bytes.
int32_t cdnnl_primitive_run(
    const cdnnl_primitive *primitive, cdnnl_stream *stream, const float *input, float *output, void *scratch,
    char message[CDNNL_MESSAGE_CAPACITY]);

/// Memory on a cache line's boundary, or null where none is left.
void *cdnnl_allocate(size_t bytes);
void cdnnl_free(void *memory);

// MARK: - Element-wise kernels

/// Along one axis: element `from + i * step` of the source becomes element `to + i` of the target, 0 <= i < count.
typedef struct {
    int32_t from;
    int32_t step;
    int32_t to;
    int32_t count;
} cdnnl_axis;

/// Copies a box of `source` into `target`, whatever their blocks; the rest of `target` is left as it is.
void cdnnl_copy(
    const cdnnl_tensor *from, const float *source, const cdnnl_tensor *to, float *target, cdnnl_axis channel,
    cdnnl_axis height, cdnnl_axis width);

/// result = a + b, `count` values; `result` may be `a` or `b`.
void cdnnl_add(const float *a, const float *b, float *result, size_t count);

/// result = x * scale[c] + shift[c]; both tables are padded with zeros to whole blocks.
void cdnnl_affine(const cdnnl_tensor *tensor, const float *x, float *result, const float *scale, const float *shift);

/// Means over height and width, to images x channels with a block of 1.
void cdnnl_global_average(const cdnnl_tensor *tensor, const float *x, float *result);

/// result = erf(x), `count` values.
void cdnnl_erf(const float *x, float *result, size_t count);

/// Sets `flags[n]` where image n has a value that is not finite.
void cdnnl_flag_nonfinite(const float *x, size_t images, size_t values_per_image, uint8_t *flags);

/// One Chebyshev series per channel, in t = (x - center) * inverse_half_width.
///
/// Tables are padded with zeros to whole blocks, but `lower` with -infinity and `upper` with +infinity.
typedef struct {
    int32_t degree;
    /// (degree + 1) x padded channels: all channels' constant coefficients first.
    const float *coefficients;
    const float *center;
    const float *inverse_half_width;
    /// The domain; values outside are counted.
    const float *lower;
    const float *upper;
    /// An image with |x| beyond it has escaped.
    float limit;
} cdnnl_polynomial;

/// result = p(x) by Clenshaw's recurrence; `result` may be `x`.
///
/// Sets `escaped[n]` where image n has an |x| beyond the limit, or an x or a p(x) that is not finite, and adds the
/// number of values outside their channel's domain to `*outside`.
void cdnnl_polynomial_apply(
    const cdnnl_tensor *tensor, const float *x, float *result, const cdnnl_polynomial *polynomial,
    uint8_t *escaped, uint64_t *outside);

#include "CDNNLCurves.h"
#include "CDNNLTraining.h"

#endif
