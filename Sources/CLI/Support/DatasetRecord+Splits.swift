internal import Network
internal import Store

extension DatasetRecord {
    /// Images in a part of the data set, as the store knows it.
    func count(of split: Split) -> Int {
        split.location(trainingCount: trainingImages, testCount: testImages).range.count
    }
}
