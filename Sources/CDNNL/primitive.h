// The parts that the files over oneDNN share: an operation is described in one file, run in another.

#ifndef CDNNL_PRIMITIVE_H
#define CDNNL_PRIMITIVE_H

#include <oneapi/dnnl/dnnl.h>

#include "CDNNL.h"
#include "winograd.h"

// A memory descriptor on the heap: a struct in oneDNN 2, an opaque handle in oneDNN 3. Calls take it the same way.
#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t cdnnl_layout;
typedef const_dnnl_memory_desc_t cdnnl_const_layout;
#else
typedef dnnl_memory_desc_t *cdnnl_layout;
typedef const dnnl_memory_desc_t *cdnnl_const_layout;
#endif

struct cdnnl_primitive {
    /// Our own convolution in place of oneDNN's; all that is oneDNN's is null then.
    cdnnl_winograd *winograd;
    /// Whether it adds its result to what the output buffer holds.
    int32_t accumulates;
    dnnl_primitive_t primitive;
    /// Owned copies.
    cdnnl_layout input, output, scratch;
    size_t scratch_size;
    int32_t input_block, output_block;
    /// Null where the operation has none.
    dnnl_memory_t weights, bias;
    float *weight_values, *bias_values;
};

struct cdnnl_stream {
    dnnl_stream_t stream;
};

/// The one CPU engine of the process, or null.
dnnl_engine_t cdnnl_engine(void);

/// 0 for success; otherwise writes what failed, and how.
int32_t cdnnl_report(dnnl_status_t status, const char *what, char *message);

cdnnl_layout cdnnl_layout_create(int rank, const dnnl_dim_t *dims, dnnl_format_tag_t tag);
cdnnl_layout cdnnl_layout_clone(cdnnl_const_layout layout);
void cdnnl_layout_destroy(cdnnl_layout layout);

/// The layout of `tensor`, or null where oneDNN has no name for its block.
cdnnl_layout cdnnl_tensor_layout(cdnnl_tensor tensor);
/// The block of `layout`, which describes `tensor` but for its block; 0 where it is none of ours.
int32_t cdnnl_layout_block(cdnnl_const_layout layout, cdnnl_tensor tensor);

/// Attributes with a scratchpad that the caller brings and `epilogue` as post-operations; null when out of memory.
dnnl_primitive_attr_t cdnnl_attributes_create(cdnnl_epilogue epilogue);

/// oneDNN's algorithm for a function, and its parameters; hard sigmoid is a linear function and then this clip.
dnnl_alg_kind_t cdnnl_algorithm(cdnnl_epilogue epilogue, float *alpha, float *beta);

/// Makes the primitive of `description` and takes over its layouts; `input` and `output` are without block.
dnnl_status_t cdnnl_primitive_finish(
    cdnnl_primitive *primitive, dnnl_primitive_desc_t description, cdnnl_tensor input, cdnnl_tensor output);

/// Destroys what is oneDNN's, and leaves the sizes and blocks.
void cdnnl_primitive_release(cdnnl_primitive *primitive);

/// Brings row-major weights into the layout that `description` wants, and copies the bias.
dnnl_status_t cdnnl_primitive_load(
    cdnnl_primitive *primitive, dnnl_primitive_desc_t description, cdnnl_layout plain, const float *weights,
    const float *bias, int32_t bias_count);

#endif
