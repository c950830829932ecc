/// Called often and from any thread while something long is computed; throws when the work is to stop.
package typealias StopCheck = @Sendable () throws -> Void
