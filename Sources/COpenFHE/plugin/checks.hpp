// What is checked before the library sees it.
#pragma once
#include "objects.hpp"

std::shared_ptr<CryptoParametersRNS> parameters_of(const Context &context);

/// Throws unless a ciphertext is one that circuits work on: two parts, all slots, at the nominal scale.
void expect_ordinary(const Ciphertext<DCRTPoly> &ciphertext, const Context &context);

/// Whether a ring element that came out of a file is whole: in evaluation form over the first `count` of the moduli.
bool is_whole(const DCRTPoly &element, const std::shared_ptr<ILDCRTParams<BigInteger>> &moduli, size_t count);

/// Throws unless more than so many moduli are left.
void expect_levels(const Ciphertext<DCRTPoly> &ciphertext, size_t levels);
