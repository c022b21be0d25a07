namespace MGLMM;

/// <summary>
/// A model that passes every call on to another one: the base of decorators that log, count, limit or cache. Override what differs.
/// As thread-safe as the model inside.
/// </summary>
public abstract class DelegatingGroundingModel : IGroundingModel
{
    /// <summary>Wraps a model.</summary>
    /// <param name="inner">The model inside; disposed with this one.</param>
    protected DelegatingGroundingModel(IGroundingModel inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <inheritdoc/>
    public virtual ModelCard Card => Inner.Card;

    /// <inheritdoc/>
    public virtual ModelStatus Status => Inner.Status;

    /// <summary>The model inside.</summary>
    protected IGroundingModel Inner { get; }

    /// <inheritdoc/>
    public virtual ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default) =>
        Inner.OpenImageAsync(image, cancellationToken);

    /// <inheritdoc/>
    public virtual object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : Inner.GetService(serviceType, serviceKey);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes the model inside.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner.Dispose();
        }
    }
}
