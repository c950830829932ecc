import Foundation
import Store
import Testing

@Suite struct FileSystemTests {
    private let mounts = MountTable(
        mountinfo: """
            21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            30 21 0:25 / /home rw,relatime shared:2 - nfs4 server:/export rw
            31 30 0:26 / /home/ann/local\\040disk rw - xfs /dev/sdb1 rw
            32 21 0:27 / /tmp rw - tmpfs tmpfs rw
            33 21 0:28 / /tmp rw master:5 propagate_from:2 - cifs //server/share rw
            34 21 0:29 / /host rw - 9p host rw
            line that is none
            """)

    @Test func longestMountPointDecides() {
        #expect(mounts.kind(of: "/home/ann") == "nfs4")
        #expect(mounts.kind(of: "/home/ann/local disk/store") == "xfs")
        #expect(mounts.kind(of: "/homework") == "ext4")
        #expect(mounts.kind(of: "/") == "ext4")
    }

    @Test func laterMountHidesAnEarlierOne() {
        #expect(mounts.kind(of: "/tmp") == "cifs")
    }

    /// The kernel gives its files a size of nothing; a machine of containers has far more than 4 KiB of mounts.
    @Test func theKernelsFilesAreReadToTheirEnd() throws {
        let maps = try #require(ProcFile.text("/proc/self/maps"))
        #expect(maps.utf8.count > 4096 && maps.contains("[stack]"))
        #expect(ProcFile.text("/proc/self/no-such-file") == nil)
    }

    @Test func unknownPlaceIsNotRefused() throws {
        #expect(MountTable(mountinfo: "").kind(of: "/home") == nil)
        try FileSystem.refuseNetwork(folder: "/home", path: "/home/x.db", mounts: MountTable(mountinfo: ""))
    }

    @Test func networkFileSystemIsRefusedWithAWayOut() throws {
        let error = try #require(throws: StoreError.self) {
            try FileSystem.refuseNetwork(folder: "/home/ann", path: "/home/ann/x.db", mounts: mounts)
        }
        #expect(error == .networkFileSystem(path: "/home/ann/x.db", kind: "nfs4"))
        #expect(error.description.contains("PostgreSQL"))
    }

    @Test(arguments: ["nfs", "nfs4", "cifs", "smb3", "afs", "ceph", "lustre", "fuse.sshfs"])
    func sharedFileSystemsAreNetworks(kind: String) {
        #expect(FileSystem.verdict(on: kind) == .network)
    }

    @Test(arguments: ["ext4", "xfs", "btrfs", "tmpfs", "overlay", "zfs", "f2fs", "fuseblk", "virtiofs"])
    func disksOfThisMachineAreLocal(kind: String) {
        #expect(FileSystem.verdict(on: kind) == .local)
    }

    @Test func passedThroughFileSystemIsTriedOut() throws {
        #expect(FileSystem.verdict(on: "9p") == .passedThrough)
        let folder = try TemporaryFolder()
        #expect(FileSystem.sharedMappingsWork(in: folder.path))
        #expect(try folder.contents.isEmpty)
    }
}
