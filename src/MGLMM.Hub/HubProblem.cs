namespace MGLMM.Hub;

/// <summary>What kept a model from being fetched.</summary>
public enum HubProblem
{
    /// <summary>The name, the revision or an option cannot be meant.</summary>
    BadRequest,

    /// <summary>There is no such model, revision or file, or it is private.</summary>
    NotFound,

    /// <summary>The model's licence has to be accepted first.</summary>
    Gated,

    /// <summary>The token is wrong, or may not do this.</summary>
    Unauthorized,

    /// <summary>Too many requests.</summary>
    RateLimited,

    /// <summary>The hub cannot be reached, or answers with errors.</summary>
    Unreachable,

    /// <summary>What came is not what the hub announced.</summary>
    Damaged,

    /// <summary>It is not in the cache, and nothing may be fetched.</summary>
    Offline,

    /// <summary>It does not fit on the disk.</summary>
    NoSpace,

    /// <summary>Somebody else is at it.</summary>
    Busy,
}
