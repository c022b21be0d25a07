namespace MGLMM.SemanticKernel.Hosting;

/// <summary>How far a host is with its model, for people and health checks. Names no paths.</summary>
/// <param name="State">How far.</param>
/// <param name="Message">In words.</param>
/// <param name="Model">The model's name, once it is ready.</param>
public sealed record ModelStatus(ModelState State, string Message, string? Model = null);
