namespace MGLMM.Hosting;

/// <summary>Makes the model of a host: loads a bundle, connects to another process, wraps a detector. Called in the background, once, and again after a while where it failed.</summary>
/// <param name="options">The host's options.</param>
/// <param name="cancellationToken">Set when the host stops; observed between the steps.</param>
/// <returns>The model; the host disposes it.</returns>
public delegate Task<IGroundingModel> ModelFactory(MglmmOptions options, CancellationToken cancellationToken);
