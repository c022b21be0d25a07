namespace MGLMM;

/// <summary>How far a model is, for people and health checks. Names no paths.</summary>
/// <param name="State">How far.</param>
/// <param name="Message">In words.</param>
/// <param name="Model">The model's name, once it is ready.</param>
public sealed record ModelStatus(ModelState State, string Message, string? Model = null)
{
    /// <summary>How much of the loading is done, 0 to 1; null where it is not known.</summary>
    public double? Progress { get; init; }
}
