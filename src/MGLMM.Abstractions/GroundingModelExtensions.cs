namespace MGLMM;

/// <summary>What every <see cref="IGroundingModel"/> can do beside its own members.</summary>
public static class GroundingModelExtensions
{
    /// <inheritdoc cref="IGroundingModel.GetService"/>
    /// <typeparam name="TService">The type asked for.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="serviceKey">Tells several of a type apart; null for the usual one.</param>
    public static TService? GetService<TService>(this IGroundingModel model, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.GetService(typeof(TService), serviceKey) is TService service ? service : default;
    }
}
