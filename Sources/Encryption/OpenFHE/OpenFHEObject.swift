/// Something of the library's that is never changed, and goes when the last user of it does.
///
/// `Kind` tells objects apart.
package final class OpenFHEObject<Kind>: @unchecked Sendable {
    // Sendable: the library reads its objects from any thread as long as none is freed meanwhile (COpenFHE.h).
    let pointer: OpaquePointer
    private let free: (OpaquePointer) -> Void

    /// - Parameter free: Takes the pointer out of the library.
    init(_ pointer: OpaquePointer, free: @escaping (OpaquePointer) -> Void) {
        self.pointer = pointer
        self.free = free
    }

    deinit { free(pointer) }
}
