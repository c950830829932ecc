internal import Approx

/// What one site has read and given for a micro-batch, and the gradient of the loss with respect to what it gave. Valid
/// inside the closure that receives it.
package struct WatchedActivation {
    package let site: Int
    package let images: Int
    let tensor: BatchTensor
    let input: UnsafePointer<Float>
    let output: UnsafePointer<Float>
    let gradient: UnsafePointer<Float>

    /// For each image the product of the gradient and the error that the site's output would have under `approximation`.
    ///
    /// - Parameter name: Of the site, for errors.
    func products(withErrorOf approximation: Approximation, name: String) throws(InferenceError) -> [Double] {
        let table = try PolynomialTable(approximation, site: name, tensor: tensor)
        let size = tensor.count / tensor.images
        // One site's worth: the sum over channels that only fill a block is over zeros.
        var marks = BatchMarks(images: tensor.images, sites: 1)
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: tensor.count) { values in
            guard let start = values.baseAddress else { return [] }
            table.apply(tensor, images: images, input, start, site: 0, marks: &marks)
            return (0..<images).map { image in
                var sum: Float = 0
                var total = 0.0
                for index in image * size..<(image + 1) * size {
                    sum += gradient[index] * (start[index] - output[index])
                    if index & 1023 == 1023 {
                        total += Double(sum)
                        sum = 0
                    }
                }
                return total + Double(sum)
            }
        }
    }
}

extension TrainingPass {
    /// Shows each site on the way back, when the gradient of its output is complete; the last one first.
    package func watchActivations(_ watch: @escaping (WatchedActivation) throws(InferenceError) -> Void) {
        forward.session.activationWatch = watch
    }
}
