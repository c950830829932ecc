// Ring elements over fewer moduli.
#pragma once
#include "objects.hpp"

using Moduli = std::shared_ptr<ILDCRTParams<BigInteger>>;

/// The first `count` of the moduli; throws unless there are so many.
Moduli first_moduli(const Moduli &moduli, size_t count);

/// The residues of an element under the first moduli that it has. Throws with `otherwise` where they are not `moduli`.
DCRTPoly restricted(const DCRTPoly &element, const Moduli &moduli, const char *otherwise);
