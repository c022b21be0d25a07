namespace MGLMM;

/// <summary>
/// A model that answers instructions about pictures with text whose phrases are tied to masks. The tools stand on this alone: an
/// engine in this process, a model behind a network, a detector of a host's own and a test's double all fit.
/// </summary>
/// <remarks>
/// <para>All members are thread-safe: many pictures may be opened and asked at once.</para>
/// <para>
/// Whoever made the model disposes it; code that is handed one does not. After that, calls throw <see cref="ObjectDisposedException"/>.
/// </para>
/// <para>
/// Everything that goes in and comes out is data, so that a model may live in another process: pixels, instructions, earlier turns and boxes
/// in; texts and masks out (<see cref="GroundingJson"/> writes and reads them). Cancellation is the token's.
/// </para>
/// </remarks>
public interface IGroundingModel : IDisposable
{
    /// <summary>What the model says about itself. How it is asked (its tasks, their words and what goes with them) stays the same for as long as the model lives; its weights, elsewhere, may be replaced by newer ones.</summary>
    public ModelCard Card { get; }

    /// <summary>How far the model is. Never waits.</summary>
    public ModelStatus Status { get; }

    /// <summary>Opens a picture. An implementation may do nothing here, or bring the pixels to where the model is.</summary>
    /// <param name="image">The picture's pixels; immutable, so they may be kept without a copy.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The picture to ask. It needs no disposal: what it has cost is the model's to keep and to let go.</returns>
    /// <exception cref="ModelUnavailableException">The model cannot be reached or is not ready.</exception>
    public ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default);

    /// <summary>Asks for an object of the given type behind this model, such as the engine itself or a decorator.</summary>
    /// <param name="serviceType">The type.</param>
    /// <param name="serviceKey">Tells several of a type apart; null for the usual one.</param>
    /// <returns>The object, or null where there is none.</returns>
    public object? GetService(Type serviceType, object? serviceKey = null);
}
