"""Problem codes of the plan. Those from 400.171 on are about one field and travel inside 400.170."""

from core.errors import add_to_catalogue

add_to_catalogue(
    {
        "400.170": "Some values cannot be used. {summary}",
        "400.171": "Fill this in.",
        "400.172": "“{given}” cannot be chosen here. Choose one that the plan has.",
        "400.173": "This lies before {first}. Change one of the two dates.",
        "400.174": "This lies outside the fiscal year ({first} to {last}). Choose a date inside it.",
        "400.175": "This lies outside the project ({first} to {last}). Choose a date inside it.",
        "400.176": "The activities together cost {activities} baht and the project has {total} baht. "
        "Lower this amount or raise the project's budget.",
        "400.177": "The project ends after the fiscal year ({last}). Choose an earlier date, or state that "
        "carrying over is approved.",
        "400.178": "Thresholds rise level by level, or fall where lower is better. Correct level {level}.",
        "400.179": "Choose “no budget” or sources with amounts, not both, and each source once.",
        "400.180": "Write the reason: people who read reports will ask for it.",
        "400.181": "A project is proposed until it is approved or cancelled. Change status or approval.",
        "400.182": "This cannot be read. Write it like {example}.",
        "400.183": "This is longer than {limit} characters. Shorten it.",
        "400.184": "This holds characters that cannot be stored. Type it again.",
        "400.185": "Choose a number from {least} to {most}.",
        "400.186": "Records name it by this code, so it cannot change. Add a new one instead.",
        "400.187": "Choose one of: {choices}.",
        "400.188": "Write at most {places} decimal places.",
        "400.189": "Give each day once, and percentages that never fall.",
        "400.200": "“{given}” stands here twice. Give each one once.",
        "400.201": "This indicator has an owner in this order already. Choose another role.",
        "400.202": "The order {given} is a draft or was replaced before. Choose one that is signed.",
        "400.203": "Choose an indicator or a project, and not both.",
        "409.170": "The fiscal year {year} is closed. Reopen it with a reason before you change its plan.",
        "409.171": "The fiscal year {year} is open, and only one can be. Set it to closing first.",
        "409.172": "This workspace has a plan already. Load the invented office into an empty workspace.",
        "409.173": "A fiscal year that is {status} cannot become {wanted}. Allowed: {allowed}.",
        "409.174": "Activity {seq} lasts from {first} to {last}. Change it first, or choose dates around it.",
        "409.175": "The order {order_no} is signed, so it stays as it is. Make a new one that takes its place.",
        "409.176": "The order {order_no} names nobody yet. Add its lines, then sign it.",
    }
)
