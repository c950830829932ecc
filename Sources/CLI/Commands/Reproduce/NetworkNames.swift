/// Names of the paper's networks, such as `lenet5,resnet20`.
struct NetworkNames {
    let networks: [PaperNetwork]

    init(parsing text: String) throws(OptionError) {
        var networks: [PaperNetwork] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            guard let network = PaperNetwork(rawValue: name) else {
                throw OptionError(
                    "the paper has no network '\(name)'; choose from \(NamedWord.list(PaperNetwork.self))")
            }
            networks.append(network)
        }
        self.networks = PaperNetwork.allCases.filter(networks.contains)
    }
}
