internal import Approx
internal import GRDB

extension ResultWriter {
    /// Writes a plan whose method changed the weights, together with the approximations that mean nothing without them.
    ///
    /// If the plan is there with other bits, as when another kind of processor made it, then all of it is replaced and
    /// its evaluations go.
    ///
    /// - Parameters:
    ///   - plan: Its layers are filled in.
    ///   - approximations: One for each layer that is replaced. Their settings' hash is one that no other plan has.
    /// - Returns: The number of the plan, new or known.
    /// - Throws: ``StoreError/invalid(_:)`` if it contradicts the schema, and the file errors.
    @discardableResult
    package func insert(
        _ plan: NewPlan, with approximations: [NewApproximation]
    ) throws(StoreError) -> PlanID {
        var plan = plan
        for approximation in approximations {
            try removeOther(than: approximation)
            plan.layers[approximation.layer] = try insert(approximation)
        }
        return try insert(plan)
    }

    /// Removes what has the key of `fit` and says something else.
    private func removeOther(than fit: NewApproximation) throws(StoreError) {
        let polynomials = try ApproximationCoding.encode(fit.approximation)
        try writing {
            try database.run(
                """
                DELETE FROM approximations
                WHERE layer = ? AND degree = ? AND fitter = ? AND settings_hash = ? AND granularity = ?
                AND calibration_dataset = ? AND calibration_images = ? AND (polynomials <> ? OR rmse <> ?)
                """,
                [
                    fit.layer.value, fit.degree.value, fit.fitter, fit.settingsHash,
                    fit.approximation.granularity.rawValue, fit.calibrationDataset, fit.calibrationImages, polynomials,
                    fit.rootMeanSquareError,
                ])
        }
    }
}
