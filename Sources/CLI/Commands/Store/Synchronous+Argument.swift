internal import ArgumentParser
internal import Store

extension StoreConfiguration.Synchronous: ExpressibleByArgument {}
