using MGLMM.Vision.Language;

namespace MGLMM.Vision.Persistence;

/// <summary>
/// A saved workspace cannot be loaded: it is damaged, was changed, is of another version, or holds more than the limits allow. The
/// message says which, and what to do. For the host: it may quote what the file says.
/// </summary>
public sealed class WorkspaceFormatException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public WorkspaceFormatException()
        : base("The saved workspace cannot be loaded.")
    {
    }

    /// <summary>Creates the exception.</summary>
    public WorkspaceFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public WorkspaceFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What does not stand as it was saved.</summary>
    internal static WorkspaceFormatException Damaged(string what, Exception? cause = null) => new(
        $"The saved workspace cannot be loaded: {PlainText.Limit(what, 400)} Restore the folder from a copy, or start a new workspace.", cause!);

    /// <summary>What is sound, but more than is let in.</summary>
    internal static WorkspaceFormatException BeyondLimits(string what, string limit) => new(
        $"The saved workspace cannot be loaded: {what} Load it with a higher {limit}, if you trust where it comes from.");
}
