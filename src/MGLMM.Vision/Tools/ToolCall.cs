namespace MGLMM.Vision.Tools;

/// <summary>A call of a tool: what it has at hand, and the values of its arguments.</summary>
internal sealed class ToolCall(VisionToolContext context)
{
    private readonly Dictionary<ToolParameter, object?> _values = [];

    public VisionToolContext Context => context;

    /// <summary>The value of a parameter of the tool; its default where it was left out.</summary>
    public T Get<T>(ToolParameter<T> parameter) => (T)_values[parameter]!;

    /// <summary>The value of a parameter, by the parameter alone.</summary>
    public object? Value(ToolParameter parameter) => _values[parameter];

    internal void Set(ToolParameter parameter, object? value) => _values[parameter] = value;
}
