internal import Foundation

/// Tells file systems on which SQLite's locks and shared memory hold from those on which they do not.
package enum FileSystem {
    /// What a type of file system means for a store.
    package enum Verdict: Equatable {
        case local
        /// Shared between machines: refused.
        case network
        /// Passed through from a host: usable if shared mappings work.
        case passedThrough
    }

    /// The verdict on a type as the list of mounts names it.
    package static func verdict(on kind: String) -> Verdict {
        let networked: Set = [
            "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "coda", "ceph", "lustre", "gpfs", "ocfs2", "gfs2",
            "beegfs", "pvfs2", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.rclone", "fuse.s3fs", "fuse.juicefs",
        ]
        if networked.contains(kind) { return .network }
        return kind == "9p" ? .passedThrough : .local
    }

    /// The verdict on the file system that holds `folder`.
    static func verdict(onFolder folder: String) -> Verdict {
        MountTable.current.kind(of: absolute(folder)).map(verdict(on:)) ?? .local
    }

    private static func absolute(_ folder: String) -> String {
        URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    }

    /// - Parameters:
    ///   - folder: Where the store lies or shall lie.
    ///   - path: The store, for the error.
    /// - Throws: ``StoreError/networkFileSystem(path:kind:)`` if `folder` lies on one.
    package static func refuseNetwork(
        folder: String, path: String, mounts: @autoclosure () -> MountTable = .current
    ) throws(StoreError) {
        guard let kind = mounts().kind(of: absolute(folder)) else { return }
        switch verdict(on: kind) {
        case .local: return
        case .network: throw .networkFileSystem(path: path, kind: kind)
        case .passedThrough:
            guard sharedMappingsWork(in: folder) else { throw .networkFileSystem(path: path, kind: kind) }
        }
    }

    /// Whether a file in `folder` can be mapped with `MAP_SHARED`, as SQLite's index of the write-ahead log is.
    /// A folder that cannot be written says nothing, so it passes.
    package static func sharedMappingsWork(in folder: String) -> Bool {
        let probe = HiddenFile.unusedPath(in: folder, ending: ".probe")
        let descriptor = open(probe, O_RDWR | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { return true }
        defer {
            close(descriptor)
            unlink(probe)
        }
        let length = 4096
        guard ftruncate(descriptor, off_t(length)) == 0,
            let mapping = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), mapping != MAP_FAILED
        else { return false }
        munmap(mapping, length)
        return true
    }
}
