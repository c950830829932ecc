#include "checks.hpp"

#include <stdexcept>

std::shared_ptr<CryptoParametersRNS> parameters_of(const Context &context) {
    auto parameters = std::dynamic_pointer_cast<CryptoParametersRNS>(context->GetCryptoParameters());
    if (!parameters) throw std::runtime_error("the parameters are not of CKKS");
    return parameters;
}

bool is_whole(const DCRTPoly &element, const std::shared_ptr<ILDCRTParams<BigInteger>> &moduli, size_t count) {
    const auto &towers = element.GetAllElements();
    if (element.GetFormat() != Format::EVALUATION || towers.size() != count || !element.GetParams()
        || element.GetParams()->GetRingDimension() != moduli->GetRingDimension()
        || element.GetParams()->GetParams().size() != count) {
        return false;
    }
    for (size_t index = 0; index < count; index++) {
        const auto &tower = towers[index];
        if (tower.IsEmpty() || !tower.GetParams() || tower.GetFormat() != Format::EVALUATION
            || !(*tower.GetParams() == *moduli->GetParams()[index])
            || tower.GetValues().GetLength() != moduli->GetRingDimension()) {
            return false;
        }
    }
    return true;
}

void expect_ordinary(const Ciphertext<DCRTPoly> &ciphertext, const Context &context) {
    if (!ciphertext || ciphertext->GetCryptoContext() != context) {
        throw std::runtime_error("the ciphertext belongs to other parameters");
    }
    const auto moduli = context->GetElementParams();
    const size_t count = moduli->GetParams().size();
    const size_t level = ciphertext->GetLevel();
    const auto &elements = ciphertext->GetElements();
    if (level >= count || elements.size() != 2 || !is_whole(elements[0], moduli, count - level)
        || !is_whole(elements[1], moduli, count - level)) {
        throw std::runtime_error("the ciphertext is not two ring elements at its level");
    }
    if (ciphertext->GetNoiseScaleDeg() != 1
        || ciphertext->GetScalingFactor() != parameters_of(context)->GetScalingFactorReal(0)
        || ciphertext->GetSlots() != context->GetRingDimension() / 2
        || ciphertext->GetEncodingType() != CKKS_PACKED_ENCODING) {
        throw std::runtime_error("the ciphertext has another scale or encoding than the circuit");
    }
}

void expect_levels(const Ciphertext<DCRTPoly> &ciphertext, size_t levels) {
    if (ciphertext->GetElements()[0].GetNumOfElements() <= levels) {
        throw std::runtime_error("no level is left: the circuit is deeper than the parameters");
    }
}
