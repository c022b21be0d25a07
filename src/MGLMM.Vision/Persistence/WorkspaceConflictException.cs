namespace MGLMM.Vision.Persistence;

/// <summary>
/// A workspace is not saved, for the folder holds what it would destroy: the workspace of another owner or conversation, or a save that it does not
/// come from, because another process saved there since. Nothing was written. The message says which, and what to do.
/// </summary>
public sealed class WorkspaceConflictException : IOException
{
    /// <summary>Creates the exception with a general message.</summary>
    public WorkspaceConflictException()
        : base("The folder holds another save, so nothing is saved there.")
    {
    }

    /// <summary>Creates the exception.</summary>
    public WorkspaceConflictException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public WorkspaceConflictException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
