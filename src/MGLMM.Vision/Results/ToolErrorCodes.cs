namespace MGLMM.Vision.Results;

/// <summary>The values of <see cref="ToolError.Code"/>.</summary>
public static class ToolErrorCodes
{
    /// <summary>A handle that was never given.</summary>
    public const string UnknownHandle = "unknown_handle";

    /// <summary>A handle whose picture or region has been pushed out of the workspace.</summary>
    public const string Expired = "expired";

    /// <summary>A region of another picture than the one named.</summary>
    public const string RegionOfAnotherImage = "region_of_another_image";

    /// <summary>A granularity that does not exist.</summary>
    public const string BadGranularity = "bad_granularity";

    /// <summary>Another argument that is missing or not one of the allowed.</summary>
    public const string BadArgument = "bad_argument";

    /// <summary>There is no model to ask, or it cannot be reached or used. Geometry, rendering and exports still work.</summary>
    public const string NoModel = "no_model";

    /// <summary>Something that the loaded model was not trained for.</summary>
    public const string NotSupported = "not_supported";

    /// <summary>A source of pictures that the input policy does not let in.</summary>
    public const string NotAllowed = "not_allowed";

    /// <summary>No such picture where pictures are allowed.</summary>
    public const string ImageNotFound = "image_not_found";

    /// <summary>A file that is no picture, or is damaged.</summary>
    public const string ImageUnreadable = "image_unreadable";

    /// <summary>A picture of too many bytes or pixels, or something to be made that would be beyond the limits.</summary>
    public const string TooLarge = "too_large";

    /// <summary>No region where at least one is needed.</summary>
    public const string EmptySet = "empty_set";

    /// <summary>An instruction beyond what the model can take.</summary>
    public const string TooLong = "too_long";

    /// <summary>Too many calls wait already.</summary>
    public const string Busy = "busy";

    /// <summary>The model's answer was not there by the host's deadline.</summary>
    public const string Late = "late";

    /// <summary>The same call has failed several times in a row; sending it again leads nowhere, and a host may end its loop.</summary>
    public const string Repeated = "repeated_call";

    /// <summary>The caller cancelled.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>A fault inside; the host's log has it.</summary>
    public const string Failed = "failed";
}
