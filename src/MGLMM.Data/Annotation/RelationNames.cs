namespace MGLMM.Data.Annotation;

/// <summary>What <see cref="RegionRelation.Relation"/> can say.</summary>
public static class RelationNames
{
    /// <summary>Its middle lies in the left part of its surroundings.</summary>
    public const string OnTheLeft = "on the left";

    /// <summary>Its middle lies in the middle of its surroundings.</summary>
    public const string InTheMiddle = "in the middle";

    /// <summary>Its middle lies in the right part of its surroundings.</summary>
    public const string OnTheRight = "on the right";

    /// <summary>Its middle lies in the upper part of its surroundings.</summary>
    public const string AtTheTop = "at the top";

    /// <summary>Its middle lies in the lower part of its surroundings.</summary>
    public const string AtTheBottom = "at the bottom";

    /// <summary>It reaches from one side of its surroundings to the other, or nearly.</summary>
    public const string Across = "across";

    /// <summary>It lies to the left of the other one.</summary>
    public const string LeftOf = "left of";

    /// <summary>It lies to the right of the other one.</summary>
    public const string RightOf = "right of";

    /// <summary>It lies above the other one.</summary>
    public const string Above = "above";

    /// <summary>It lies below the other one.</summary>
    public const string Below = "below";
}
