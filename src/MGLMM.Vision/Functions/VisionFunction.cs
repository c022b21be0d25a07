using System.Text.Json;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tools;
using Microsoft.Extensions.AI;

namespace MGLMM.Vision.Functions;

/// <summary>
/// One tool as a function that a language model can call, whichever framework carries it: a name, descriptions, a JSON schema, and
/// arguments by name. Made by <see cref="VisionFunctions"/>.
/// </summary>
/// <remarks>
/// Thread-safe. As an <see cref="AIFunction"/> it returns the result's JSON as a string; <see cref="CallAsync"/> returns the record.
/// Neither throws for what a caller does wrong, including missing, misspelt and ill-typed arguments: these come back as a
/// <see cref="ToolError"/>.
/// </remarks>
public sealed class VisionFunction : AIFunction
{
    private readonly VisionTool _tool;
    private readonly Func<CancellationToken, ValueTask<VisionToolset>> _toolset;

    internal VisionFunction(VisionTool tool, VisionFunctionGroups group, Func<CancellationToken, ValueTask<VisionToolset>> toolset)
    {
        _tool = tool;
        Group = group;
        _toolset = toolset;
    }

    /// <summary>The group that it belongs to.</summary>
    public VisionFunctionGroups Group { get; }

    /// <summary>The group's name, such as <c>vision_geometry</c>.</summary>
    public string GroupName => _tool.GroupName;

    /// <summary>Whether it changes nothing outside of its conversation: all but those that make files. Null where a host does not say it of its own.</summary>
    public bool? IsReadOnly => Group == VisionFunctionGroups.Own ? _tool.IsReadOnly : Group != VisionFunctionGroups.Output;

    /// <summary>Its name, such as <c>combine_regions</c>.</summary>
    public override string Name => _tool.Name;

    /// <summary>What a language model is told of it.</summary>
    public override string Description => _tool.Description;

    /// <summary>The schema of its arguments.</summary>
    public override JsonElement JsonSchema => _tool.Schema;

    /// <summary>What it returns, in words: the fields of the result.</summary>
    public string ReturnDescription => _tool.ReturnDescription;

    /// <summary>The schema of what it returns: an object, described in words.</summary>
    public override JsonElement? ReturnJsonSchema => _tool.ReturnSchema;

    /// <summary>The type that a parameter has for callers, such as <c>int?</c>; handles are strings.</summary>
    /// <param name="parameter">The parameter's name.</param>
    /// <exception cref="ArgumentException">The function has no such parameter.</exception>
    public Type TypeOf(string parameter) =>
        _tool.Parameters.FirstOrDefault(known => known.Name == parameter)?.Type
        ?? throw new ArgumentException($"{Name} has no parameter '{parameter}'.", nameof(parameter));

    /// <summary>Calls the tool.</summary>
    /// <param name="arguments">
    /// By name: strings, numbers, booleans or JSON, as a model wrote them. Null and left out are the same. Another name for the same idea is
    /// taken as it is meant; a name that means nothing here is an error that names it.
    /// </param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<ToolResult> CallAsync(IEnumerable<KeyValuePair<string, object?>> arguments, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        VisionToolset toolset;
        try
        {
            toolset = await _toolset(cancellationToken).ConfigureAwait(false);
        }
        catch (VisionNotReadyException exception)
        {
            return exception.ToError();
        }
        catch (OperationCanceledException exception)
        {
            return ToolErrors.Of(exception).Error;
        }

        return await toolset.CallAsync(_tool, arguments, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes a text out of a call that an adapter has beside the function's own arguments, such as <see cref="VisionTool.ConversationArgument"/>. It is read as leniently as those: within what
    /// models wrap arguments in, under names that mean the same, as the only one of a list; "null" and "N/A" are left out.
    /// </summary>
    /// <param name="name">What it is called; no parameter is called so.</param>
    /// <param name="arguments">By name, as a model wrote them.</param>
    /// <param name="rest">The arguments without it, for <see cref="CallAsync"/>.</param>
    /// <returns>The text; null where it is left out.</returns>
    /// <exception cref="ToolException">It is no text, or two different ones; or the arguments are for another function.</exception>
    public string? Take(string name, IEnumerable<KeyValuePair<string, object?>> arguments, out IReadOnlyList<KeyValuePair<string, object?>> rest)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(arguments);
        return ArgumentReader.Take(_tool, name, arguments, out rest);
    }

    /// <summary>Whether an argument's name is exactly that of a parameter.</summary>
    /// <param name="argument">The argument's name.</param>
    public bool Takes(string argument) => _tool.Parameters.Any(parameter => parameter.Name == argument);

    /// <summary>The toolset behind the function.</summary>
    /// <param name="cancellationToken">Ends the wait for one.</param>
    /// <exception cref="VisionNotReadyException">There is none yet.</exception>
    public ValueTask<VisionToolset> GetToolsetAsync(CancellationToken cancellationToken) => _toolset(cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
        (await CallAsync(arguments, cancellationToken).ConfigureAwait(false)).ToJson();
}
