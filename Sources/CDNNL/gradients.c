#include <math.h>

#include "kernels.h"

/// The first value of channel c of image n.
static size_t channel_offset(const cdnnl_tensor *tensor, size_t image, size_t channel) {
    size_t block = (size_t)tensor->block;
    return (image * cdnnl_blocks(tensor) + channel / block) * cdnnl_plane(tensor) * block + channel % block;
}

CDNNL_MULTIVERSION
void cdnnl_global_average_backward(const cdnnl_tensor *tensor, const float *dy, float *dx, int32_t accumulate) {
    size_t block = (size_t)tensor->block, blocks = cdnnl_blocks(tensor), plane = cdnnl_plane(tensor);
    size_t channels = (size_t)tensor->channels;
    float share = 1 / (float)plane;
    for (size_t image = 0; image < (size_t)tensor->images; image++) {
        for (size_t part = 0; part < blocks; part++) {
            float *write = dx + (image * blocks + part) * plane * block;
            for (size_t lane = 0; lane < block; lane++) {
                size_t channel = part * block + lane;
                float value = channel < channels ? dy[image * channels + channel] * share : 0;
                for (size_t i = 0; i < plane; i++) {
                    write[i * block + lane] = accumulate ? write[i * block + lane] + value : value;
                }
            }
        }
    }
}

// MARK: - Pools

/// One window of one channel: what it covers, clipped to the image.
typedef struct {
    int32_t row, column;
    const cdnnl_window *window;
    const cdnnl_tensor *input;
} pool_place;

static int is_inside(const pool_place *place, int32_t y, int32_t x, size_t *offset) {
    int32_t row = place->row + y * place->window->dilation_height;
    int32_t column = place->column + x * place->window->dilation_width;
    if (row < 0 || column < 0 || row >= place->input->height || column >= place->input->width) return 0;
    *offset = ((size_t)row * (size_t)place->input->width + (size_t)column) * (size_t)place->input->block;
    return 1;
}

static void give_to_maximum(const pool_place *place, const float *x, float gradient, float *dx) {
    size_t best = 0, offset;
    float largest = -INFINITY;
    int found = 0;
    for (int32_t row = 0; row < place->window->kernel_height; row++) {
        for (int32_t column = 0; column < place->window->kernel_width; column++) {
            if (!is_inside(place, row, column, &offset) || (found && !(x[offset] > largest))) continue;
            found = 1;
            best = offset;
            largest = x[offset];
        }
    }
    if (found) dx[best] += gradient;
}

static void give_to_all(const pool_place *place, int counts_padding, float gradient, float *dx) {
    int32_t height = place->window->kernel_height, width = place->window->kernel_width, count = 0;
    size_t offset;
    for (int32_t row = 0; row < height; row++) {
        for (int32_t column = 0; column < width; column++) count += is_inside(place, row, column, &offset);
    }
    if (count == 0) return;
    float share = gradient / (float)(counts_padding ? height * width : count);
    for (int32_t row = 0; row < height; row++) {
        for (int32_t column = 0; column < width; column++) {
            if (is_inside(place, row, column, &offset)) dx[offset] += share;
        }
    }
}

void cdnnl_pool_backward(
    cdnnl_pool_kind kind, const cdnnl_tensor *input, int32_t output_height, int32_t output_width,
    cdnnl_window window, const float *x, const float *dy, float *dx) {
    cdnnl_tensor output = *input;
    output.height = output_height;
    output.width = output_width;
    for (size_t image = 0; image < (size_t)input->images; image++) {
        for (size_t channel = 0; channel < (size_t)input->channels; channel++) {
            size_t from = channel_offset(input, image, channel);
            const float *gradients = dy + channel_offset(&output, image, channel);
            for (int32_t i = 0; i < output_height * output_width; i++) {
                pool_place place = {
                    i / output_width * window.stride_height - window.top,
                    i % output_width * window.stride_width - window.left, &window, input};
                float gradient = gradients[(size_t)i * (size_t)output.block];
                if (kind == CDNNL_POOL_MAXIMUM) give_to_maximum(&place, x + from, gradient, dx + from);
                else give_to_all(&place, kind == CDNNL_POOL_AVERAGE_WITH_PADDING, gradient, dx + from);
            }
        }
    }
}

// MARK: - Copies

void cdnnl_copy_backward(
    const cdnnl_tensor *from, float *source, const cdnnl_tensor *to, const float *target, cdnnl_axis channel,
    cdnnl_axis height, cdnnl_axis width) {
    size_t source_step = (size_t)from->block * (size_t)width.step, target_step = (size_t)to->block;
    int32_t block = from->block;
    // As in the copy itself, whole blocks travel together.
    int whole = block > 1 && block == to->block && channel.step == 1 && channel.from % block == 0
        && channel.to % block == 0 && channel.count % block == 0;
    int32_t together = whole ? block : 1;
    for (size_t image = 0; image < (size_t)to->images; image++) {
        for (int32_t i = 0; i < channel.count; i += together) {
            float *write = source + channel_offset(from, image, (size_t)(channel.from + i * channel.step));
            const float *read = target + channel_offset(to, image, (size_t)(channel.to + i));
            for (int32_t row = 0; row < height.count; row++) {
                size_t source_row =
                    (size_t)(height.from + row * height.step) * (size_t)from->width + (size_t)width.from;
                size_t target_row = (size_t)(height.to + row) * (size_t)to->width + (size_t)width.to;
                float *write_row = write + source_row * (size_t)from->block;
                const float *read_row = read + target_row * (size_t)to->block;
                for (int32_t column = 0; column < width.count; column++) {
                    for (int32_t lane = 0; lane < together; lane++) {
                        write_row[(size_t)column * source_step + (size_t)lane] +=
                            read_row[(size_t)column * target_step + (size_t)lane];
                    }
                }
            }
        }
    }
}
