// Sums over many values: where they lie, and least-squares curves through them.

#ifndef CDNNL_CURVES_H
#define CDNNL_CURVES_H

#include <stddef.h>
#include <stdint.h>

/// The highest degree of a curve.
#define CDNNL_LARGEST_CURVE_DEGREE 8

/// Where values lie.
typedef struct {
    double count;
    double sum;
    double squares;
    /// Infinity and minus infinity before there is a value.
    float least, largest;
} cdnnl_extent_sums;

/// Adds `count` values.
void cdnnl_extent(const float *x, size_t count, cdnnl_extent_sums *sums);

/// Adds factor * x^2 to `sums`, `count` values.
void cdnnl_add_squares(const float *x, size_t count, float factor, float *sums);

/// Adds, with t = (x - center) * inverse: the sums of t^0 ... t^2d, y t^0 ... y t^d and y^2.
///
/// `degree` is d, at most ``CDNNL_LARGEST_CURVE_DEGREE``; `sums` has 3 d + 3 values.
void cdnnl_curve_sums(
    const float *x, const float *y, size_t count, float center, float inverse, int32_t degree,
    double *sums);

#endif
