using MGLMM.Vision.Results;
using Microsoft.AspNetCore.Http;

namespace MGLMM.Server.Api;

/// <summary>The HTTP status of each error of a tool.</summary>
internal static class ToolStatus
{
    // Of web servers' logs: the caller has left and reads none.
    private const int ClientClosedRequest = 499;

    public static int Of(string code) => code switch
    {
        ToolErrorCodes.UnknownHandle or ToolErrorCodes.ImageNotFound => StatusCodes.Status404NotFound,
        ToolErrorCodes.Expired => StatusCodes.Status410Gone,
        ToolErrorCodes.BadArgument or ToolErrorCodes.BadGranularity => StatusCodes.Status400BadRequest,
        ToolErrorCodes.RegionOfAnotherImage => StatusCodes.Status409Conflict,
        ToolErrorCodes.NotAllowed => StatusCodes.Status403Forbidden,
        ToolErrorCodes.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ToolErrorCodes.ImageUnreadable or ToolErrorCodes.EmptySet or ToolErrorCodes.TooLong or ToolErrorCodes.NotSupported => StatusCodes.Status422UnprocessableEntity,
        ToolErrorCodes.Busy => StatusCodes.Status429TooManyRequests,
        ToolErrorCodes.Late => StatusCodes.Status504GatewayTimeout,
        ToolErrorCodes.NoModel => StatusCodes.Status503ServiceUnavailable,
        ToolErrorCodes.Cancelled => ClientClosedRequest,
        _ => StatusCodes.Status500InternalServerError,
    };
}
