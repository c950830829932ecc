#include "moduli.hpp"

#include <stdexcept>

Moduli first_moduli(const Moduli &moduli, size_t count) {
    const auto &all = moduli->GetParams();
    if (count < 1 || count > all.size()) throw std::runtime_error("there are not so many moduli");
    std::vector<NativeInteger> values, roots;
    for (size_t index = 0; index < count; index++) {
        values.push_back(all[index]->GetModulus());
        roots.push_back(all[index]->GetRootOfUnity());
    }
    return std::make_shared<ILDCRTParams<BigInteger>>(moduli->GetCyclotomicOrder(), values, roots);
}

DCRTPoly restricted(const DCRTPoly &element, const Moduli &moduli, const char *otherwise) {
    const auto &wanted = moduli->GetParams();
    if (element.GetNumOfElements() < wanted.size()) throw std::runtime_error(otherwise);
    DCRTPoly part(moduli, Format::EVALUATION);
    for (size_t index = 0; index < wanted.size(); index++) {
        const auto &residues = element.GetElementAtIndex(index);
        if (residues.GetModulus() != wanted[index]->GetModulus()) throw std::runtime_error(otherwise);
        part.SetElementAtIndex(index, residues);
    }
    return part;
}
